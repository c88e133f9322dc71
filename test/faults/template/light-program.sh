# shellcheck shell=bash disable=SC2034
# A web program that tells its life from another one's: `boot` is made up when it starts. Below its path there are
# api/status, eat?MB (uses memory), end?CODE (ends by itself) and stream (a line ten times a second).
light_program='
import http.server, json, os, sys, time, uuid

bind, secret_file, base = sys.argv[1:]
secret = open(secret_file).read().strip()
boot = uuid.uuid4().hex
eaten = []

class Handler(http.server.BaseHTTPRequestHandler):
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
        if what == "stream":
            return self.stream()
        self.answer(404, {})

    def stream(self):
        self.send_response(200)
        self.end_headers()
        number = 0
        while True:
            self.wfile.write(b"%d\n" % number)
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
