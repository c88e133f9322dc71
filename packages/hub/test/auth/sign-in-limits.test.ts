import { describe, expect, it } from 'vitest';
import { SignInLimits, TooManyAttempts } from '../../src/auth/sign-in-limits.js';

const here = '192.0.2.1';
const elsewhere = '198.51.100.7';

async function tryTimes(limits: SignInLimits, times: number, name: string, address: string): Promise<void> {
  for (let count = 0; count < times; count++) {
    await limits.count(name, address);
  }
}

describe('the limits of signing in', () => {
  const make = () => new SignInLimits({ attemptsPerMinute: 3, attemptsPerHour: 7 });

  it('ask to wait after some attempts for one name from one address, and leave others alone', async () => {
    const limits = make();
    await tryTimes(limits, 3, 'alice', here);
    await expect(limits.count('alice', here)).rejects.toThrow(/again in (60|59|58) seconds/);
    await limits.count('bob', here);
    await limits.count('alice', elsewhere);
  });

  it('count attempts that come all at once', async () => {
    const limits = make();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => limits.count('alice', here)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('ask to wait after more attempts for one name from anywhere', async () => {
    const limits = make();
    for (let last = 1; last <= 7; last++) {
      await limits.count('alice', `198.51.100.${last}`);
    }
    await expect(limits.count('alice', '198.51.100.8')).rejects.toThrow('again in 60 minutes');
  });

  it('never lock somebody out of a place where the password was right before', async () => {
    const limits = make();
    await limits.count('alice', here);
    await limits.forgive('alice', here);
    for (let last = 1; last <= 9; last++) {
      await limits.count('alice', `198.51.100.${last}`).catch(() => undefined);
    }
    await limits.count('alice', here);
    await expect(limits.count('alice', '203.0.113.5')).rejects.toThrow(TooManyAttempts);
    await tryTimes(limits, 2, 'alice', here);
    await expect(limits.count('alice', here)).rejects.toThrow(TooManyAttempts);
  });

  it('forget the wrong attempts once the password is right', async () => {
    const limits = make();
    for (let round = 0; round < 5; round++) {
      await tryTimes(limits, 3, 'alice', here);
      await limits.forgive('alice', here);
    }
  });

  it('take all the addresses of one IPv6 network for one', async () => {
    const limits = make();
    await limits.count('alice', '2001:db8::1');
    await limits.count('alice', '2001:db8:0:0:ffff::2');
    await limits.count('alice', '2001:db8:0:0:1:2:3:4');
    await expect(limits.count('alice', '2001:db8::9')).rejects.toThrow(TooManyAttempts);
    await limits.count('alice', '2001:db8:0:1::9');
  });

  it('count all names that nobody can have as one', async () => {
    const limits = make();
    await tryTimes(limits, 1, 'A', here);
    await tryTimes(limits, 1, 'x'.repeat(5000), here);
    await tryTimes(limits, 1, '', here);
    await expect(limits.count('B B', here)).rejects.toThrow(TooManyAttempts);
  });
});
