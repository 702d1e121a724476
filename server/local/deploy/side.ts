import type { Cluster } from '../drill/cluster.ts';
import { type Answers, answersIn, nothing, since, together } from './judge.rules.ts';

type Watched = { url: string; stop: () => void; counted: Answers };

/** The pods of one name: what they have answered since the last look, by their own metrics. */
export class Side {
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #pods = new Map<string, Watched>();

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
  }

  async look(): Promise<Answers> {
    const names = await this.#cluster.ready(this.#name);
    for (const name of this.#pods.keys()) if (!names.includes(name)) this.#leave(name);
    return together(await Promise.all(names.map((name) => this.#ofPod(name))));
  }

  stop(): void {
    for (const name of [...this.#pods.keys()]) this.#leave(name);
  }

  async #ofPod(name: string): Promise<Answers> {
    try {
      const pod = this.#pods.get(name) ?? { ...(await this.#cluster.forward(name, 9464)), counted: nothing };
      this.#pods.set(name, pod);
      const now = answersIn(await (await fetch(`${pod.url}/metrics`)).text());
      const found = since(now, pod.counted);
      pod.counted = now;
      return found;
    } catch {
      this.#leave(name); // it has just gone
      return nothing;
    }
  }

  #leave(name: string) {
    this.#pods.get(name)?.stop();
    this.#pods.delete(name);
  }
}
