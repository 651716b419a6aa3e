/** Thrown before anything is started, when a variable has a value that is not allowed. Values are not repeated: they may be secret. */
export class ConfigInvalidError extends Error {
  override readonly name = 'ConfigInvalidError';

  constructor(readonly issues: readonly { variable: string; message: string }[]) {
    super(
      `The configuration is not usable. ${issues.map(({ variable, message }) => `${variable}: ${message}`).join('; ')}. ` +
        'Correct or unset the variable and start again.',
    );
  }
}
