import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../src/connector-error.js';

describe('an error of the connector', () => {
  it('travels as JSON and comes back the same', () => {
    const error = new ConnectorError('host-key', 'The key changed.', { cause: new Error('why') });
    const back = ConnectorError.fromWire(JSON.parse(JSON.stringify(error.toWire())));
    expect(back).toBeInstanceOf(ConnectorError);
    expect(back).toMatchObject({ code: 'host-key', transient: false, message: 'The key changed.' });
    expect((back.cause as Error).message).toBe('why');
  });

  it('never carries a stack, which would show the inside', () => {
    expect(JSON.stringify(new ConnectorError('internal', 'x', { cause: new Error('y') }).toWire())).not.toContain(
      '.ts',
    );
  });

  it('is transient when the same request may succeed later', () => {
    const transient = (code: ConstructorParameters<typeof ConnectorError>[0]) => new ConnectorError(code, '').transient;
    expect((['unreachable', 'timed-out', 'killed', 'connector-away'] as const).map(transient)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect((['host-key', 'sign-in-refused', 'bad-request'] as const).map(transient)).toEqual([false, false, false]);
  });

  it('wraps what is not ours', () => {
    expect(ConnectorError.from(new TypeError('odd'))).toMatchObject({
      code: 'internal',
      message: 'The connector failed: odd',
    });
    expect(ConnectorError.from('text').message).toContain('text');
  });
});
