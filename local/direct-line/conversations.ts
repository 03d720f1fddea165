import { randomBytes, randomUUID } from 'node:crypto';

type DirectLineActivity = Record<string, unknown> & { id: string };

export interface Grant {
  conversationId: string;
  /** The sender of every activity; `undefined` for a token without a user. */
  user: { id: string; name?: string } | undefined;
  /** Empty means any origin. */
  trustedOrigins: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

interface Listener {
  hear(activity: DirectLineActivity, watermark: string): void;
  close(): void;
}

export class Conversation {
  readonly id: string;
  readonly activities: DirectLineActivity[] = [];
  readonly #listeners = new Set<Listener>();
  started = false;

  constructor(id: string) {
    this.id = id;
  }

  add(activity: Record<string, unknown>): DirectLineActivity {
    const id = `${this.id}|${String(this.activities.length).padStart(7, '0')}`;
    const kept = { ...activity, id };
    this.activities.push(kept);
    for (const listener of this.#listeners) listener.hear(kept, String(this.activities.length));
    return kept;
  }

  /** Sends all activities from a watermark on, including earlier ones. @returns a function that stops it */
  listen(watermark: number, listener: Listener): () => void {
    for (const [at, activity] of this.activities.slice(watermark).entries()) {
      listener.hear(activity, String(watermark + at + 1));
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listening(): number {
    return this.#listeners.size;
  }

  /** Ends all streams, like a network failure. */
  cut(): void {
    for (const listener of this.#listeners) listener.close();
  }
}

export class Conversations {
  readonly #conversations = new Map<string, Conversation>();
  readonly #grants = new Map<string, Grant>();
  /** Of tokens, in seconds. */
  readonly lifetime: number;
  newest: { token: string; conversationId: string } | undefined;

  constructor(lifetime: number) {
    this.lifetime = lifetime;
  }

  generate(user: Grant['user'], trustedOrigins: readonly string[]): { token: string; grant: Grant } {
    const conversationId = `${randomBytes(12).toString('base64url')}-local`;
    this.#conversations.set(conversationId, new Conversation(conversationId));
    return this.#issue({ conversationId, user, trustedOrigins });
  }

  renew({ conversationId, user, trustedOrigins }: Grant): { token: string; grant: Grant } {
    return this.#issue({ conversationId, user, trustedOrigins });
  }

  grant(token: string): Grant | undefined {
    return this.#grants.get(token);
  }

  find(id: string): Conversation | undefined {
    return this.#conversations.get(id);
  }

  end(id: string): void {
    this.#conversations.get(id)?.cut();
    this.#conversations.delete(id);
  }

  /** Expires all other tokens of a conversation. */
  expire(id: string, except?: string): void {
    for (const [token, grant] of this.#grants) {
      if (grant.conversationId === id && token !== except) grant.expiresAt = 0;
    }
  }

  #issue(of: Omit<Grant, 'expiresAt'>): { token: string; grant: Grant } {
    const token = `dlt.${randomUUID()}.${randomBytes(24).toString('base64url')}`;
    const grant = { ...of, expiresAt: Date.now() + this.lifetime * 1000 };
    this.#grants.set(token, grant);
    this.newest = { token, conversationId: of.conversationId };
    return { token, grant };
  }
}
