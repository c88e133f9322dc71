import type { WebSocket } from 'ws';

/**
 * NOT A KERNEL. It knows products of two numbers, and some words by which a test makes it behave as a kernel does at
 * rare times: `die`, `leave`, `stay silent`, `raise`.
 */
export function answerKernel(socket: WebSocket): void {
  socket.on('message', (data) => {
    const { header, content } = JSON.parse(String(data));
    const tell = (type: string, said: object, parent: object = header) =>
      socket.send(JSON.stringify({ header: { msg_type: type }, parent_header: parent, content: said }));
    if (header.msg_type === 'kernel_info_request') {
      tell('kernel_info_reply', { language_info: { name: 'fake', version: '1' } });
      return;
    }
    // What another client of the same kernel does must not be taken for an answer.
    tell('stream', { name: 'stdout', text: 'of somebody else' }, { msg_id: 'another' });
    switch (content.code) {
      case 'die':
        return tell('status', { execution_state: 'restarting' }, {});
      case 'leave':
        return socket.close(4000);
      case 'stay silent':
        return;
      case 'raise':
        return tell('error', { ename: 'NameError', evalue: 'no \u001b[31mname\u001b[0m' });
      default: {
        const [one, other] = String(content.code).split(' * ').map(Number);
        // The reply may come before the output: they have channels of their own.
        tell('execute_reply', { status: 'ok' });
        tell('execute_result', { data: { 'text/plain': String((one ?? 0) * (other ?? 0)) } });
        tell('status', { execution_state: 'idle' });
      }
    }
  });
}
