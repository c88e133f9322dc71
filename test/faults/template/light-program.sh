# shellcheck shell=bash disable=SC2034
# A web program that tells its life from another one's: `boot` is made up when it starts. Below its path there are
# api/status, eat?MB (uses memory), end?CODE (ends by itself) and socket (a WebSocket: a number ten times a second).
light_program='
import base64, hashlib, http.server, json, os, sys, time, uuid

bind, secret_file, base = sys.argv[1:]
secret = open(secret_file).read().strip()
boot = uuid.uuid4().hex
eaten = []

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.headers.get("Authorization") != "token " + secret:
            return self.answer(403, {})
        what, _, value = self.path.removeprefix(base).partition("?")
        if what == "api/status":
            return self.answer(200, {"boot": boot, "job": os.environ.get("SLURM_JOB_ID"), "node": os.uname().nodename})
        if what == "eat":
            eaten.append(bytearray(os.urandom(1 << 20)) * int(value))
            return self.answer(200, {})
        if what == "end":
            os._exit(int(value))
        if what == "socket":
            return self.push_numbers()
        self.answer(404, {})

    def push_numbers(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        number = 0
        while True:
            text = b"%d" % number
            self.wfile.write(bytes([0x81, len(text)]) + text)
            self.wfile.flush()
            number += 1
            time.sleep(0.1)

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words):
        pass

http.server.ThreadingHTTPServer((bind, 0), Handler).serve_forever()
'
