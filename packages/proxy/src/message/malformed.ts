/** A message is not strictly HTTP; the message of the error says why, for the log. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}
