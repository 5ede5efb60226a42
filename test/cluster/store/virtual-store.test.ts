import { describe } from 'vitest';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { NodeMachine } from '../simulation/node-machine.ts';
import { VirtualNetwork } from '../simulation/virtual-network.ts';
import { storeSuite } from './store-suite.ts';

describe('a virtual store', () => {
  storeSuite(async () => {
    const time = new VirtualTime(1);
    const store = new VirtualNetwork(time).storeFor(new NodeMachine(time));
    const settled = async <R>(answer: Promise<R>): Promise<R> => {
      let done = false;
      void answer.then(() => {
        done = true;
      });
      await time.runUntil(() => done, time.nowMs + 10_000);
      return answer;
    };
    return { store, settled };
  });
});
