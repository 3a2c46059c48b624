"""The store and the web application: where people say who stands where towards what, and why."""
