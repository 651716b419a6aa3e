/** A command that is not one of these: in a container it may be the image's own program. */
export class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';
  constructor(readonly words: string[]) {
    super(words.join(' '));
  }
}

/** More memory was used than the container may. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}
