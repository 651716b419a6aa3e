import { Injectable } from '@nestjs/common';

/** When somebody was here last: while nobody is, nothing needs to be kept ready. The start counts, as somebody wanted it. */
@Injectable()
export class Visits {
  #last = performance.now();

  note(): void {
    this.#last = performance.now();
  }

  /** @param time ms @returns whether somebody was here since then */
  within(time: number): boolean {
    return performance.now() - this.#last <= time;
  }
}
