# shellcheck shell=bash
# The doorkeeper's program. Python 3.6 and later, nothing but its standard library.

juhub_doorkeeper_source() {
  cat <<'PYTHON'
"""Listens on a port, lets in requests with the secret, and hands them on to a program. doorkeeper.sh tells more."""
import argparse, asyncio, hmac, os, re, signal, subprocess, sys

HEAD_LIMIT = 65536
PIECE = 65536
STRANGER_SECONDS = 20  # so long may somebody take to show the key
STRANGERS = 128  # so many may try that at the same time, so that nobody uses up the open files
IDLE_SECONDS = 600
HOP_BY_HOP = {b'connection', b'keep-alive', b'proxy-connection', b'proxy-authorization', b'te', b'trailer', b'upgrade'}
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
REQUEST = re.compile(rb'([A-Z]+) (/[\x21-\x7e\x80-\xff]*) HTTP/1\.[01]')
ANSWER = re.compile(rb'HTTP/1\.[01] ([1-5][0-9][0-9])(?: .*)?')


class Refused(Exception):
    """What is told to whoever asks, and with which status."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status = status


class Head:
    """The first line and the headers of a request or an answer."""

    def __init__(self, raw):
        lines = raw[:-4].split(b'\r\n')
        self.first = lines[0]
        self.headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(b':')
            if not colon or not TOKEN.fullmatch(name) or re.search(rb'[\0\r\n]', value):
                raise Refused(400, 'A header cannot be read.')
            self.headers.append((name, value.strip(b' \t')))

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name]

    def length(self):
        """How long the body is: bytes, 'chunked', or None where nothing says so."""
        lengths, codings = self.all(b'content-length'), self.all(b'transfer-encoding')
        if codings:
            # Two readers could understand such a thing differently.
            if lengths or len(codings) > 1 or codings[0].lower() != b'chunked':
                raise Refused(400, 'The length of the body is ambiguous.')
            return 'chunked'
        if not lengths:
            return None
        if len(lengths) > 1 or not re.fullmatch(rb'[0-9]{1,15}', lengths[0]):
            raise Refused(400, 'The length of the body cannot be read.')
        return int(lengths[0])

    def connection(self):
        return [part.strip().lower() for value in self.all(b'connection') for part in value.split(b',')]

    def upgrades(self):
        return b'upgrade' in self.connection() and bool(self.all(b'upgrade'))

    def keeps_open(self):
        return self.first.endswith(b' HTTP/1.1') and b'close' not in self.connection()

    def write(self, first, left_out, added):
        gone = HOP_BY_HOP | left_out | (set(self.connection()) - {b'host', b'content-length', b'transfer-encoding'})
        kept = [(name, value) for name, value in self.headers if name.lower() not in gone]
        return b'\r\n'.join([first] + [name + b': ' + value for name, value in kept + added]) + b'\r\n\r\n'


async def read_head(reader):
    return Head(await reader.readuntil(b'\r\n\r\n'))


async def read_answer(reader):
    """The head of the program's answer, with its status."""
    try:
        head = await read_head(reader)
        found = ANSWER.fullmatch(head.first)
        head.length()
    except (Refused, OSError, EOFError, asyncio.LimitOverrunError):
        found = None
    if not found:
        raise Refused(502, 'The program gave no answer that can be read.')
    head.status = int(found.group(1))
    return head


async def send_body(reader, writer, length):
    """As pass_body; the program is told when what came is not all."""
    try:
        await pass_body(reader, writer, length)
    except (Refused, OSError, EOFError, asyncio.LimitOverrunError):
        writer.transport.abort()
        raise


async def pass_body(reader, writer, length):
    """Hands on a body piece by piece; None: all there is until the end."""
    if length != 'chunked':
        return await pass_bytes(reader, writer, length)
    while True:
        line = await reader.readuntil(b'\r\n')
        found = re.match(rb'([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?\r\n$', line)
        if not found:
            raise Refused(400, 'A chunk cannot be read.')
        size = int(found.group(1), 16)
        writer.write(b'%x\r\n' % size)
        if size == 0:
            break
        await pass_bytes(reader, writer, size)
        if await reader.readexactly(2) != b'\r\n':
            raise Refused(400, 'A chunk has another length than it says.')
        writer.write(b'\r\n')
    while await reader.readuntil(b'\r\n') != b'\r\n':
        pass  # trailers end here
    writer.write(b'\r\n')
    await writer.drain()


async def pass_bytes(reader, writer, count):
    while count is None or count > 0:
        piece = await reader.read(PIECE if count is None else min(PIECE, count))
        if not piece:
            if count is not None:
                raise ConnectionError('ended too early')
            return
        writer.write(piece)
        await writer.drain()
        if count is not None:
            count -= len(piece)


class Door:
    def __init__(self, options, secret):
        self.options = options
        self.secret = secret
        self.base = options.base.encode()
        self.strangers = []  # longest waiting first

    def has_key(self, head):
        given = head.all(b'authorization')
        found = re.fullmatch(rb'(?:token|bearer) +(\S+)', given[0], re.I) if len(given) == 1 else None
        return hmac.compare_digest(found.group(1) if found else b'', self.secret)

    async def open_program(self):
        port = self.options.port
        if port is None:
            return await asyncio.open_unix_connection(self.options.socket, limit=HEAD_LIMIT)
        reader, writer = await asyncio.open_connection('127.0.0.1', port, limit=HEAD_LIMIT)
        if not is_mine(port):
            writer.close()
            raise Refused(503, 'The port of the program belongs to somebody else.')
        return reader, writer

    async def serve(self, reader, writer):
        seconds = STRANGER_SECONDS
        self.strangers.append(writer)
        if len(self.strangers) > STRANGERS:
            self.strangers.pop(0).transport.abort()
        try:
            while await self.serve_one(reader, writer, seconds):
                seconds = IDLE_SECONDS
        except Refused as refusal:
            await answer(writer, refusal.status, str(refusal))
        except asyncio.LimitOverrunError:
            await answer(writer, 431, 'The headers are too long.')
        except (OSError, EOFError, asyncio.TimeoutError):
            # Half an answer must not look like a whole one.
            writer.transport.abort()
        finally:
            self.forget(writer)
            writer.close()

    def forget(self, writer):
        if writer in self.strangers:
            self.strangers.remove(writer)

    async def serve_one(self, reader, writer, seconds):
        """One request. Returns whether another one may follow on this connection."""
        head = await asyncio.wait_for(read_head(reader), seconds)
        line = REQUEST.fullmatch(head.first)
        if not line:
            raise Refused(400, 'The request cannot be read.')
        method, target = line.groups()
        if not self.has_key(head):
            raise Refused(403, 'This needs the key of its hub.')
        self.forget(writer)
        length = head.length() or 0
        if target.partition(b'?')[0] == self.base + b'api/status' and self.options.ready != 'api/status':
            is_ready = length == 0 and await self.is_ready()
            return await answer(writer, 200 if is_ready else 503, 'ready' if is_ready else 'not ready', is_ready)
        if not target.startswith(self.base):
            raise Refused(404, 'There is nothing here.')
        try:
            inner, outer = await self.open_program()
        except OSError:
            raise Refused(503, 'The program does not listen.')
        try:
            first = b' '.join([method, self.inner(target), b'HTTP/1.1'])
            if head.upgrades() and length == 0:
                return await self.forward_upgrade(head, first, (reader, writer, inner, outer))
            outer.write(head.write(first, {b'authorization'}, [(b'Connection', b'close')]))
            sending = asyncio.ensure_future(send_body(reader, outer, length))
            try:
                is_open = await self.hand_back(inner, writer, method)
                # Who answers before all was sent leaves the rest of it in the way of the next request.
                return is_open and head.keeps_open() and sending.done() and sending.exception() is None
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        finally:
            outer.close()

    async def forward_upgrade(self, head, first, ends):
        reader, writer, inner, outer = ends
        wanted = [(b'Connection', b'Upgrade'), (b'Upgrade', head.all(b'upgrade')[0])]
        outer.write(head.write(first, {b'authorization'}, wanted))
        said = await read_answer(inner)
        if said.status != 101:
            await self.hand_back(inner, writer, b'GET', said)
            return False
        agreed = [(b'Connection', b'Upgrade'), (b'Upgrade', (said.all(b'upgrade') or [b'websocket'])[0])]
        writer.write(said.write(said.first, set(), agreed))
        await splice(reader, writer, inner, outer)
        return False

    async def hand_back(self, inner, writer, method, head=None):
        """Hands the answer on. Returns whether the connection can be used again."""
        head = head or await read_answer(inner)
        while head.status < 200:
            writer.write(head.write(head.first, set(), []))
            head = await read_answer(inner)
        bodyless = method == b'HEAD' or head.status in (204, 304)
        length = 0 if bodyless else head.length()
        self.correct(head)
        writer.write(head.write(head.first, set(), [(b'Connection', b'close')] if length is None else []))
        try:
            await pass_body(inner, writer, length)
        except Refused as refusal:
            # The answer has begun: nothing else can be told any more.
            raise ConnectionError(str(refusal))
        await writer.drain()
        return length is not None

    def inner(self, target):
        return b'/' + target[len(self.base):] if self.options.cut_base else target

    def correct(self, head):
        """A program that thinks it stands at / leads there; the base is put before it again."""
        if self.options.cut_base:
            head.headers = [
                (name, self.base + value[1:] if name.lower() == b'location' and re.match(rb'/(?!/)', value) else value)
                for name, value in head.headers
            ]

    async def is_ready(self):
        try:
            reader, writer = await self.open_program()
        except (OSError, Refused):
            return False
        try:
            path = self.inner(self.base + self.options.ready.encode())
            writer.write(b'GET ' + path + b' HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
            found = ANSWER.fullmatch((await asyncio.wait_for(read_head(reader), 5)).first)
            return found is not None and int(found.group(1)) < 400
        except (OSError, EOFError, Refused, asyncio.TimeoutError, asyncio.LimitOverrunError):
            return False
        finally:
            writer.close()


async def splice(reader, writer, inner, outer):
    """Both ways, until the program has said all."""

    async def bring():
        await pass_body(reader, outer, None)
        outer.write_eof()

    bringing = asyncio.ensure_future(bring())
    try:
        await pass_body(inner, writer, None)
    finally:
        bringing.cancel()
        await asyncio.gather(bringing, return_exceptions=True)


async def answer(writer, status, words, stays=False):
    body = words.encode() + b'\n'
    connection = b'' if stays else b'Connection: close\r\n'
    head = b'HTTP/1.1 %d .\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n' % (status, len(body))
    writer.write(head + connection + b'\r\n' + body)
    try:
        await writer.drain()
    except OSError:
        return False
    return stays


def is_mine(port):
    """Whether the one who listens on this port of the loopback runs as we do."""
    with open('/proc/net/tcp') as table:
        rows = [line.split() for line in table][1:]
    ends = {'%08X:%04X' % (address, port) for address in (0x0100007F, 0)}
    owners = {int(row[7]) for row in rows if row[3] == '0A' and row[1] in ends}
    return owners == {os.getuid()}


def main():
    parser = argparse.ArgumentParser()
    for name in ('bind', 'base', 'secret', 'socket', 'announce', 'ready'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--port', type=int)
    parser.add_argument('--cut-base', action='store_true')
    parser.add_argument('command', nargs='+')
    options = parser.parse_args()
    with open(options.secret, 'rb') as file:
        secret = file.read().strip()
    if not secret:
        sys.exit('doorkeeper: the secret is missing')
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    program = subprocess.Popen(options.command)
    ended = loop.create_future()
    loop.add_signal_handler(signal.SIGCHLD, lambda: program.poll() is None or ended.done() or ended.set_result(None))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, lambda number=number: program.poll() is None and program.send_signal(number))
    serving = asyncio.start_server(Door(options, secret).serve, options.bind, 0, limit=HEAD_LIMIT)
    server = loop.run_until_complete(serving)
    with open(options.announce + '.tmp', 'w') as file:
        file.write('%d\n' % server.sockets[0].getsockname()[1])
    os.rename(options.announce + '.tmp', options.announce)
    if program.poll() is None:
        loop.run_until_complete(ended)
    code = program.wait()
    sys.stdout.flush()
    # Connections that are still open end with the process.
    os._exit(code if code >= 0 else 128 - code)


main()
PYTHON
}
