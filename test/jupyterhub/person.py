"""A person at a JupyterHub, and a program with a token: what both can do. Wants JupyterHub's folder, with its
jupyterhub_config.py, as the folder that it is started in. What does not happen in time ends the process, with JupyterHub's log."""

import asyncio
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

SITE = "127.0.0.1:8000"
TOKEN = "a" * 40
PATIENCE_S = 40

browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def start_hub(proxy="juhub-proxy"):
    """A JupyterHub that answers, with this command as its proxy."""
    env = {**os.environ, "PROXY": proxy}
    hub = subprocess.Popen(["jupyterhub"], env=env, stdout=open("hub.log", "ab"), stderr=subprocess.STDOUT)
    wait_for("JupyterHub", lambda: ask("/hub/api/"))
    return hub


def stop_hub(hub):
    hub.send_signal(signal.SIGTERM)
    hub.wait()


def ask(path, method="GET", body=None):
    """A program's question, by its token."""
    request = urllib.request.Request(f"http://{SITE}{path}", method=method, data=body)
    request.add_header("Authorization", f"token {TOKEN}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def wait_for(what, look):
    """What `look` finds, once it finds something."""
    end = time.monotonic() + PATIENCE_S
    last = None
    while time.monotonic() < end:
        try:
            found = look()
            if found:
                return found
        except (urllib.error.URLError, OSError) as error:
            last = error
        time.sleep(0.2)
    sys.exit(f"{what}: not within {PATIENCE_S} s ({last!r})\n{open('hub.log').read()[-4000:]}")


def has_route():
    return "/user/alice/" in ask("/hub/api/proxy")


def sign_in():
    page = browser.open(f"http://{SITE}/hub/login").read().decode()
    xsrf = re.search(r'name="_xsrf" value="([^"]*)"', page).group(1)
    form = {"username": "alice", "password": "one", "_xsrf": xsrf}
    browser.open(f"http://{SITE}/hub/login", urllib.parse.urlencode(form).encode())


def open_lab(site=SITE):
    """The status of the server's page; nothing while the hub shows another page instead."""
    page = browser.open(f"http://{site}/user/alice/lab")
    return page.status if urllib.parse.urlparse(page.url).path == "/user/alice/lab" else None


def spawn():
    browser.open(f"http://{SITE}/hub/spawn/alice").read()
    wait_for("a route to the server", has_route)


def run_in_kernel(code, site=SITE):
    """What code prints."""
    return asyncio.run(asyncio.wait_for(talk_to_kernel(code, site), PATIENCE_S))


async def talk_to_kernel(code, site):
    kernel = ask("/user/alice/api/kernels", "POST", b"{}")["id"]
    address = f"ws://{site}/user/alice/api/kernels/{kernel}/channels"
    socket = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {TOKEN}"}))
    header = {"msg_id": "1", "session": "1", "username": "", "msg_type": "execute_request", "version": "5.3"}
    content = {"code": code, "silent": False}
    await socket.write_message(
        json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content})
    )
    while True:
        message = json.loads(await socket.read_message())
        if message["msg_type"] == "stream":
            return message["content"]["text"]
