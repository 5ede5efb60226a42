import { ConnectionLimits } from '../../../src/server/clients/connection-limits.ts';
import { Names } from '../../../src/server/clients/names.ts';
import { OwnRooms, type Rooms } from '../../../src/server/clients/rooms.ts';
import type { Cluster, Member, Round } from '../../../src/server/cluster/cluster.ts';
import type { AnswerTo, Question, Responder } from '../../../src/server/cluster/question.ts';

/** Members in one process, with one count of names and places; what they tell each other goes through JSON. */
export class MemoryCluster {
  readonly #members = new Map<string, { readonly member: Member; responder: Responder | undefined }>();
  readonly #names = new Names();
  readonly #places: ConnectionLimits;
  /** Those that answer nothing. */
  readonly silent = new Set<string>();
  /** Each question that one member asked another. */
  readonly asked: { readonly by: string; readonly of: string; readonly question: Question }[] = [];

  constructor(maxClients = 100) {
    this.#places = new ConnectionLimits(maxClients, maxClients);
  }

  join(member: Member): Cluster {
    const entry = { member, responder: undefined as Responder | undefined };
    this.#members.set(member.id, entry);
    const others = () => [...this.#members.values()].filter((each) => each !== entry);
    return {
      self: member,
      alone: false,
      roomsWith: () => this.#roomsOfOne(),
      ask: async <Q extends Question>(question: Q): Promise<Round<Q>> => {
        const told = await Promise.all(
          others().map(async (other) => ({
            member: other.member,
            answer: await this.#answer(member.id, other.member.id, question),
          })),
        );
        return {
          answers: told.flatMap(({ member, answer }) => (answer === undefined ? [] : { member, answer })),
          missing: told.flatMap(({ member, answer }) => (answer === undefined ? member.id : [])),
        };
      },
      askOne: (id, question) => this.#answer(member.id, id, question),
      answerBy: (responder) => {
        entry.responder = responder;
      },
    };
  }

  async #answer<Q extends Question>(by: string, of: string, question: Q): Promise<AnswerTo<Q> | undefined> {
    this.asked.push({ by, of, question });
    const responder = this.#members.get(of)?.responder;
    if (responder === undefined || this.silent.has(of)) return undefined;
    const answer = await responder(JSON.parse(JSON.stringify(question)) as Q);
    return JSON.parse(JSON.stringify(answer));
  }

  /** All names and places, of which a member counts those that it took. */
  #roomsOfOne(): Rooms {
    const all = new OwnRooms(this.#names, this.#places);
    let held = 0;
    return {
      get held() {
        return held;
      },
      fault: (request) => all.fault(request),
      placeFault: (address) => all.placeFault(address),
      takePlace: (address) => all.takePlace(address),
      claim: async (request, claimant) => {
        const room = await all.claim(request, claimant);
        if ('kind' in room) return room;
        held++;
        let released = false;
        return {
          name: room.name,
          belongTo: (owner) => room.belongTo(owner),
          giveWay: () => room.giveWay(),
          release: () => {
            if (!released) held--;
            released = true;
            room.release();
          },
        };
      },
    };
  }
}
