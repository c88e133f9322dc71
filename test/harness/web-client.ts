/** A person without a browser: keeps cookies, follows no redirects by itself, posts forms with their XSRF token. */
export class WebClient {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(readonly url: string) {}

  /** One request; cookies go along as a browser would send them for the path. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookies = [...this.#cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    headers.set('cookie', cookies.map(([name, cookie]) => `${name}=${cookie.value}`).join('; '));
    headers.set('accept', headers.get('accept') ?? 'text/html');
    const response = await fetch(new URL(path, this.url), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      this.#keep(line);
    }
    return response;
  }

  /** Follows redirects on this origin, as a browser's address bar does. */
  async open(path: string): Promise<Response> {
    let next = path;
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await this.fetch(next);
      const location = response.headers.get('location');
      if (location === null) {
        return response;
      }
      const target = new URL(location, new URL(next, this.url));
      next = target.pathname + target.search;
    }
    throw new Error(`too many redirects from ${path}`);
  }

  /** Opens a page, takes the token of its form, and posts the values to `action`. */
  async submit(page: string, action: string, values: Readonly<Record<string, string>>): Promise<Response> {
    const html = await (await this.open(page)).text();
    const token = /name="_xsrf" value="([^"]+)"/.exec(html)?.[1];
    if (token === undefined) {
      throw new Error(`the page ${page} has no form with a token`);
    }
    return this.fetch(action, {
      method: 'POST',
      headers: { origin: new URL(this.url).origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ _xsrf: token, ...values }),
    });
  }

  async signIn(name: string, password: string): Promise<void> {
    const response = await this.submit('/hub/sign-in', '/hub/sign-in', { name, password });
    if (response.status !== 303 && response.status !== 302) {
      throw new Error(`sign-in of ${name} answered ${response.status}`);
    }
  }

  /** Listens to a server's own events, as its page does, until it is in a state. */
  async waitForState(server: string, state: string): Promise<void> {
    const response = await this.fetch(`/hub/servers/${server}/events`, { headers: { accept: 'text/event-stream' } });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(`"state":"${state}"`)) {
        return;
      }
      if (text.includes('"state":"ended"')) {
        break;
      }
    }
    throw new Error(`the server ended instead of becoming ${state}: ${text}`);
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    if (value === '') {
      this.#cookies.delete(name);
    } else {
      this.#cookies.set(name, { value, path });
    }
  }
}
