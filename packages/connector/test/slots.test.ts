import { describe, expect, it } from 'vitest';
import { Slots } from '../src/slots.js';

const never = new AbortController().signal;

describe('slots', () => {
  it('lets so many in and the rest follow in their order', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const first = await slots.take(never);
    const second = await slots.take(never);
    const rest = [3, 4].map((number) => slots.take(never).then((giveBack) => order.push(number) && giveBack));
    expect([slots.running, slots.waiting]).toEqual([2, 2]);
    first();
    await rest[0];
    expect(order).toEqual([3]);
    second();
    await rest[1];
    expect(order).toEqual([3, 4]);
    expect([slots.running, slots.waiting]).toEqual([2, 0]);
  });

  it('gives a slot back once, however often it is asked to', async () => {
    const slots = new Slots(1);
    const giveBack = await slots.take(never);
    giveBack();
    giveBack();
    await slots.take(never);
    expect(slots.running).toBe(1);
    const waiting = slots.take(never);
    expect(slots.waiting).toBe(1);
    void waiting;
  });

  it('lets a waiting one leave, and the next one takes its turn', async () => {
    const slots = new Slots(1);
    const giveBack = await slots.take(never);
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    const stays = slots.take(never);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    giveBack();
    await stays;
    expect([slots.running, slots.waiting]).toEqual([1, 0]);
  });

  it('lets nobody in who has left already', async () => {
    const slots = new Slots(1);
    await expect(slots.take(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(slots.running).toBe(0);
  });
});
