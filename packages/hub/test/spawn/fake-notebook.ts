import type { RequestListener } from 'node:http';

/** What a Jupyter says of its use, for moments that a real one cannot be brought to; its clock is its own. */
export class FakeNotebook {
  /** How far its clock is ahead. */
  clockErrorMs = 0;
  lastActivity = new Date();
  kernels: string[] = [];
  /** Set: it answers with this status instead. */
  status = 200;
  readonly asked: string[] = [];
  /** Called before it answers. */
  onAsked: () => Promise<void> | void = () => {};

  readonly answer: RequestListener = async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    this.asked.push(`${path.split('/').slice(4).join('/')}${query === '' ? '' : `?${query}`}`);
    await this.onAsked();
    const shift = (date: Date) => new Date(date.getTime() + this.clockErrorMs);
    response.setHeader('Date', shift(new Date()).toUTCString());
    response.statusCode = this.status;
    const body = path.endsWith('api/kernels')
      ? this.kernels.map((state) => ({ id: '1', execution_state: state }))
      : { last_activity: shift(this.lastActivity).toISOString(), kernels: this.kernels.length, connections: 0 };
    response.end(JSON.stringify(body));
  };
}
