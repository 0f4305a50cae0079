import type { AnswerCache, CachedAnswer } from './AnswerCache';

/** Counts how often the cache saved a call, since this process started. */
export class CountingCache implements AnswerCache {
  private asked = 0;
  private hits = 0;

  constructor(private readonly cache: AnswerCache) {}

  /** `hitRate` is null before the first question. */
  counts(): { readonly asked: number; readonly hits: number; readonly hitRate: number | null } {
    const { asked, hits } = this;
    return { asked, hits, hitRate: asked === 0 ? null : hits / asked };
  }

  async get(...question: Parameters<AnswerCache['get']>): Promise<CachedAnswer | null> {
    const answer = await this.cache.get(...question);
    this.asked++;
    if (answer) this.hits++;
    return answer;
  }

  put(...answer: Parameters<AnswerCache['put']>): Promise<void> {
    return this.cache.put(...answer);
  }
}
