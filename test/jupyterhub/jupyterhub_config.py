"""A JupyterHub of one machine that differs from any other in one line: its proxy."""

import os

c = get_config()  # noqa: F821

c.ConfigurableHTTPProxy.command = [os.environ["PROXY"]]

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "one"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root"]
c.JupyterHub.services = [{"name": "looker", "api_token": "a" * 40}]
c.JupyterHub.load_roles = [
    {"name": "look", "services": ["looker"], "scopes": ["proxy", "admin:servers", "access:servers", "list:users"]}
]
