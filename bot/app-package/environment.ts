import type { Env } from '../config/setting.ts';

/** What the Toolkit calls one of its environments may become a part of a path. */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Za-z0-9][\w-]*$/.test(name);
}

/** BASE_URL, or what the Toolkit's templates call it: the endpoint that its tunnel or its deployment has made. */
export function baseUrlOf({ BASE_URL, BOT_ENDPOINT, BOT_DOMAIN }: Env): string | undefined {
  return BASE_URL || BOT_ENDPOINT || (BOT_DOMAIN && `https://${BOT_DOMAIN}`) || undefined;
}

/** How to come by an environment's file that is not there. */
export function createFileHint(environment: string): string {
  return environment === 'dev'
    ? 'git checkout env/.env.dev   and fill it in'
    : `cp env/.env.dev env/.env.${environment}   and fill it in`;
}
