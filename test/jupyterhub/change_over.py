"""Goes the way of docs/how-to/replace-configurable-http-proxy.md: a JupyterHub with configurable-http-proxy and a server
that runs; juhub-proxy beside it, by the page's own commands (beside.sh, copy-routes.mjs); over to it; and back. Prints
what was seen as one line of JSON."""

import json
import signal
import subprocess

from person import has_route, open_lab, run_in_kernel, sign_in, spawn, start_hub, stop_hub, wait_for

BESIDE = "127.0.0.1:8100"
OLD_API, NEW_API = "http://127.0.0.1:8001", "http://127.0.0.1:8101"

hub = start_hub("configurable-http-proxy")
sign_in()
spawn()
seen = {"before": wait_for("the server's page", open_lab)}

beside = subprocess.Popen(["sh", "beside.sh"], stdout=subprocess.PIPE, text=True, start_new_session=True)
token = beside.stdout.readline().strip()
copy = ["node", "copy-routes.mjs", OLD_API, NEW_API]
env = {"PATH": "/usr/bin:/bin", "CONFIGPROXY_AUTH_TOKEN": token}


def copy_routes():
    return subprocess.run(copy, env=env, capture_output=True, text=True).stdout


seen["copied"] = sorted(wait_for("the proxy beside", copy_routes).splitlines())
seen["beside"] = wait_for("the server's page beside", lambda: open_lab(BESIDE))
seen["said"] = run_in_kernel("print(6 * 7)", BESIDE)
beside.send_signal(signal.SIGTERM)
beside.wait()

for proxy, name in [("juhub-proxy", "over"), ("configurable-http-proxy", "back")]:
    stop_hub(hub)
    hub = start_hub(proxy)
    wait_for(f"the route through {proxy}", has_route)
    seen[name] = wait_for(f"the server's page through {proxy}", open_lab)
stop_hub(hub)
print(json.dumps(seen))
