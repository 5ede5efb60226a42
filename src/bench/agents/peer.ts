import { type Machine, system, type Timer } from '../../host/machine.ts';
import type { AgentBus } from './agent-bus.ts';
import { PacketFault, PacketReader, PacketWriter } from './packets.ts';

/** How often each end tells the other that it is there. */
export const BEAT_MS = 1000;
/** An end of which so many beats in a row did not come is taken for lost. */
export const SILENT_BEATS = 8;

interface PeerHooks<In> {
  message(message: In): void;
  /** Nothing more will come: said once, and not after `close`. */
  lost(reason: string): void;
  /** Called at each beat of this end. */
  beat?(): void;
}

export interface PeerSettings<In> {
  readonly bus: AgentBus;
  /** Subjects: of what it sends, and of what it gets. */
  readonly to: string;
  readonly from: string;
  /** @throws an Error that says what is wrong with it */
  readonly parse: (message: unknown) => In;
  readonly hooks: PeerHooks<In>;
  readonly machine?: Machine;
}

/**
 * One end of what a bench and an agent say to each other, over a bus that may lose messages. Packets are numbered, and each
 * end beats, so that a message that was lost, and an end that is gone, ends it within SILENT_BEATS: nothing waits for ever.
 *
 * Beats that did not come are counted at this end's own beats: after a pause of its own, the other gets the full time again.
 */
export class Peer<In extends object, Out extends object> {
  readonly #settings: PeerSettings<In>;
  readonly #machine: Machine;
  readonly #writer: PacketWriter;
  readonly #reader: PacketReader = new PacketReader();
  readonly #unsubscribe: () => void;
  #timer: Timer | undefined;
  #silentBeats = 0;
  #open = true;

  constructor(settings: PeerSettings<In>) {
    this.#settings = settings;
    this.#machine = settings.machine ?? system;
    this.#writer = new PacketWriter(settings.bus.mostBytes);
    this.#unsubscribe = settings.bus.subscribe(settings.from, (bytes) => this.#take(bytes));
    this.#beatLater();
  }

  send(message: Out): void {
    if (this.#open) this.#publish(message);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#timer !== undefined) this.#machine.stopTimer(this.#timer);
    this.#unsubscribe();
  }

  #publish(message: object): void {
    const { bus, to } = this.#settings;
    for (const packet of this.#writer.packets(message)) bus.publish(to, packet);
  }

  #take(bytes: Uint8Array): void {
    if (!this.#open) return;
    this.#silentBeats = 0;
    let message: In | undefined;
    try {
      const read = this.#reader.read(bytes);
      if (read === undefined || isBeat(read)) return;
      message = this.#settings.parse(read);
    } catch (error) {
      const { message: told } = error as Error;
      return this.#lose(error instanceof PacketFault ? told : `what came makes no sense: ${told}`);
    }
    this.#settings.hooks.message(message);
  }

  #beatLater(): void {
    this.#timer = this.#machine.startTimer(BEAT_MS, () => {
      if (++this.#silentBeats > SILENT_BEATS)
        return this.#lose(`no sign of life for ${(SILENT_BEATS * BEAT_MS) / 1000} s`);
      this.#publish(BEAT);
      this.#beatLater();
      this.#settings.hooks.beat?.();
    });
  }

  #lose(reason: string): void {
    this.#settings.hooks.lost(reason); // the way to the other end may still be open
    this.close();
  }
}

const BEAT = { type: 'beat' } as const;

function isBeat(message: unknown): boolean {
  return (message as { type?: unknown } | null)?.type === BEAT.type;
}
