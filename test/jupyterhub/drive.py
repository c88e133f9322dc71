"""Signs in at a JupyterHub whose proxy is juhub-proxy, starts a server, opens it, runs code in a kernel, and finds it
again after JupyterHub was restarted. Prints what was seen as one line of JSON."""

import json
import subprocess
import urllib.request

from person import SITE, TOKEN, ask, has_route, open_lab, run_in_kernel, sign_in, spawn, start_hub, stop_hub, wait_for

hub = start_hub()
sign_in()
spawn()
opened = wait_for("the server's page", open_lab)
said = run_in_kernel("print(6 * 7)")
proxies = subprocess.run(["pgrep", "--full", "--list-full", "juhub-proxy"], capture_output=True, text=True).stdout
routes = sorted(ask("/hub/api/proxy"))
stop_hub(hub)
hub = start_hub()
wait_for("the route after the restart", has_route)
again = wait_for("the server's page after the restart", open_lab)
ask_stop = urllib.request.Request(f"http://{SITE}/hub/api/users/alice/server", method="DELETE")
ask_stop.add_header("Authorization", f"token {TOKEN}")
urllib.request.urlopen(ask_stop, timeout=30).close()
wait_for("the end of the route", lambda: not has_route())
stop_hub(hub)
print(json.dumps({"opened": opened, "said": said, "proxies": proxies, "routes": routes, "again": again}))
