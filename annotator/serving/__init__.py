"""The web application on a socket: in this process, or in several that one looks after."""
