"""Many annotators at once: a real server under load, beside a bare Flask application under the same one."""
