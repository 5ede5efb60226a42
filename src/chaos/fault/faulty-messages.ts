import type { FaultSchedule } from './fault-schedule.ts';
import { type HarmfulFault, isHarm, type PlannedFault } from './fault-spec.ts';
import { joinedBytes } from './joined-bytes.ts';
import { cutEnd, flipBit } from './message-damage.ts';
import { type FramedPiece, LARGEST_PIECE_BYTES, type MessageForm } from './message-form.ts';
import { UnusedBytes } from './unused-bytes.ts';

/** What is to be done with what came: bytes to hand on, a fault to tell of, or one of the path's to begin. */
export type FaultStep =
  | { readonly step: 'bytes'; readonly bytes: Uint8Array }
  | { readonly step: 'told'; readonly fault: HarmfulFault; readonly message: number }
  | { readonly step: 'path'; readonly planned: PlannedFault; readonly message: number };

const NOTHING = new Uint8Array(0);

/**
 * A stream of messages in one form, with faults in its data messages; whatever else is in it passes unharmed, and so does all
 * that follows a piece that gets too large.
 */
export class FaultyMessages {
  readonly #form: MessageForm;
  readonly #scheduled: () => FaultSchedule;
  #schedule: FaultSchedule | undefined;
  readonly #unused = new UnusedBytes();
  #opaque = false;
  #message = 0;
  #swapped: Uint8Array | undefined;
  /** Of the last piece that has one. */
  #lastId: Uint8Array | undefined;

  /** @param scheduled asked at the first message, so that a stream without any is not counted */
  constructor(form: MessageForm, scheduled: () => FaultSchedule) {
    this.#form = form;
    this.#scheduled = scheduled;
  }

  /** Whether a message waits for the next one, which is to overtake it. */
  get holdsMessage(): boolean {
    return this.#swapped !== undefined;
  }

  push(chunk: Uint8Array): FaultStep[] {
    const steps: FaultStep[] = [];
    const emit = (bytes: Uint8Array) => steps.push({ step: 'bytes', bytes });
    const bytes = this.#unused.append(chunk);
    let at = 0;
    while (!this.#opaque && at < bytes.length) {
      const piece = this.#form.pieceAt(bytes, at);
      if (piece === undefined || piece.end - at > LARGEST_PIECE_BYTES) break;
      const taken = bytes.slice(at, piece.end);
      if (piece.message === undefined) emit(taken);
      else this.#takeMessage(taken, moved(piece.message, at), steps);
      this.#lastId = this.#form.idOf?.(taken) ?? this.#lastId;
      at = piece.end;
    }
    this.#unused.use(at);
    if (bytes.length - at > LARGEST_PIECE_BYTES) this.#opaque = true;
    if (this.#opaque) emit(this.finish());
    return steps;
  }

  /** The message that waits goes on, though none has overtaken it. */
  release(): Uint8Array | undefined {
    const swapped = this.#swapped;
    this.#swapped = undefined;
    return swapped;
  }

  /** What is left at the end. */
  finish(): Uint8Array {
    return joinedBytes(this.release() ?? NOTHING, this.#unused.take());
  }

  #takeMessage(piece: Uint8Array, place: MessagePlace, steps: FaultStep[]): void {
    this.#schedule ??= this.#scheduled();
    const message = ++this.#message;
    const planned = this.#schedule.atMessage(message);
    const emit = (bytes: Uint8Array) => steps.push({ step: 'bytes', bytes });
    const overtaken = this.release();
    if (planned === undefined) {
      emit(piece);
    } else if (isHarm(planned.fault)) {
      const { fault } = planned;
      const harmed = this.#harmed(piece, place, fault, message);
      for (const each of harmed ?? [piece]) emit(each);
      if (fault === 'swap') this.#swapped = piece;
      if (overtaken !== undefined) emit(overtaken);
      if (harmed !== undefined) steps.push({ step: 'told', fault, message });
      return;
    } else {
      steps.push({ step: 'path', planned, message });
      emit(piece); // what becomes of it is the path's fault
    }
    if (overtaken !== undefined) emit(overtaken);
  }

  /** What goes on at once in place of a message; undefined if a form has nothing that could be harmed so. */
  #harmed(
    piece: Uint8Array,
    place: MessagePlace,
    fault: HarmfulFault,
    message: number,
  ): Uint8Array[] | undefined {
    switch (fault) {
      case 'drop':
      case 'swap':
        return [];
      case 'repeat':
        return [piece, piece];
      case 'flip':
      case 'truncate':
        return [this.#form.withMessage(piece, place, this.#damaged(piece, place, fault, message))];
      case 'no-id':
      case 'same-id':
        return this.#withOtherId(piece, fault);
    }
  }

  #damaged(
    piece: Uint8Array,
    { start, end, text }: MessagePlace,
    fault: 'flip' | 'truncate',
    message: number,
  ): Uint8Array {
    const payload = piece.subarray(start, end);
    const draw = (nth: number) => this.#schedule?.detail(message, nth) ?? 0;
    return fault === 'truncate' ? cutEnd(payload, text, draw(0)) : flipBit(payload, text, draw(0), draw(1));
  }

  #withOtherId(piece: Uint8Array, fault: 'no-id' | 'same-id'): Uint8Array[] | undefined {
    const { idOf, withId } = this.#form;
    if (withId === undefined || idOf?.(piece) === undefined) return undefined;
    if (fault === 'no-id') return [withId(piece, undefined)];
    return this.#lastId === undefined ? undefined : [withId(piece, this.#lastId)];
  }
}

type MessagePlace = NonNullable<FramedPiece['message']>;

function moved({ start, end, text }: MessagePlace, by: number): MessagePlace {
  return { start: start - by, end: end - by, text };
}
