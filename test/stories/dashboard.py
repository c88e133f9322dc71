#!/usr/bin/python3
"""A dashboard that asks nobody who they are: a page, and what it says over a WebSocket (RFC 6455). On $JUHUB_SOCKET."""
import base64, hashlib, os, socket
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingUnixStreamServer

PAGE = b"""<!doctype html><title>Dashboard</title><p id="live"></p><script>
new WebSocket(location.href.replace('http', 'ws') + 'live').onmessage = (event) => { live.textContent = event.data; };
</script>"""


class Dashboard(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def address_string(self):
        return 'the doorkeeper'

    def do_GET(self):
        if self.path == os.environ['JUHUB_BASE_PATH'] + 'live':
            return self.speak()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def speak(self):
        key = self.headers['Sec-WebSocket-Key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('Connection', 'Upgrade')
        self.send_header('Upgrade', 'websocket')
        self.send_header('Sec-WebSocket-Accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        text = f'live from {socket.gethostname()}'.encode()
        self.wfile.write(bytes([0x81, len(text)]) + text)
        self.rfile.read(1)


ThreadingUnixStreamServer(os.environ['JUHUB_SOCKET'], Dashboard).serve_forever()
