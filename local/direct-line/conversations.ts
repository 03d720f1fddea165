import { randomBytes, randomUUID } from 'node:crypto';

/** An activity as Direct Line keeps it. */
type DirectLineActivity = Record<string, unknown> & { id: string };

/** Whom a token is for, and where it may be used. */
export interface Grant {
  conversationId: string;
  /** What every activity says to be from; `undefined` where the token was made for nobody in particular. */
  user: { id: string; name?: string } | undefined;
  /** Pages of these origins alone; any, where it is empty. */
  trustedOrigins: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Whoever is told of each activity as it comes. */
interface Listener {
  hear(activity: DirectLineActivity, watermark: string): void;
  /** Nothing more will come. */
  close(): void;
}

/** One conversation: what was said in it, and who listens. */
export class Conversation {
  readonly id: string;
  readonly activities: DirectLineActivity[] = [];
  readonly #listeners = new Set<Listener>();
  started = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Keeps an activity, and tells who listens. */
  add(activity: Record<string, unknown>): DirectLineActivity {
    const id = `${this.id}|${String(this.activities.length).padStart(7, '0')}`;
    const kept = { ...activity, id };
    this.activities.push(kept);
    for (const listener of this.#listeners) listener.hear(kept, String(this.activities.length));
    return kept;
  }

  /** Hears of everything from a watermark on, what was said before included. @returns what ends it */
  listen(watermark: number, listener: Listener): () => void {
    for (const [at, activity] of this.activities.slice(watermark).entries()) {
      listener.hear(activity, String(watermark + at + 1));
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** Ends every stream, as a network does. */
  cut(): void {
    for (const listener of this.#listeners) listener.close();
  }
}

/** All conversations, and the tokens that open them. */
export class Conversations {
  readonly #conversations = new Map<string, Conversation>();
  readonly #grants = new Map<string, Grant>();
  /** Seconds that a token lives. */
  readonly lifetime: number;
  /** The last token. */
  newest: { token: string; conversationId: string } | undefined;

  constructor(lifetime: number) {
    this.lifetime = lifetime;
  }

  /** A token for a new conversation. */
  generate(user: Grant['user'], trustedOrigins: readonly string[]): { token: string; grant: Grant } {
    const conversationId = `${randomBytes(12).toString('base64url')}-local`;
    this.#conversations.set(conversationId, new Conversation(conversationId));
    return this.#issue({ conversationId, user, trustedOrigins });
  }

  /** The next token of a conversation. */
  renew({ conversationId, user, trustedOrigins }: Grant): { token: string; grant: Grant } {
    return this.#issue({ conversationId, user, trustedOrigins });
  }

  grant(token: string): Grant | undefined {
    return this.#grants.get(token);
  }

  find(id: string): Conversation | undefined {
    return this.#conversations.get(id);
  }

  /** Forgets a conversation: it is over for whoever has a token for it. */
  end(id: string): void {
    this.#conversations.get(id)?.cut();
    this.#conversations.delete(id);
  }

  /** Lets the tokens of a conversation expire now, but for one. */
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
