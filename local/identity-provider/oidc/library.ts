/** Hides oidc-provider's warning about Node 20, on which the tests run. */
import type {
  errors as Errors,
  interactionPolicy as InteractionPolicy,
  Provider as ProviderClass,
} from 'oidc-provider';

const warn = console.warn;
console.warn = (...text: unknown[]) => {
  if (!String(text[0]).includes('Unsupported runtime')) warn(...text);
};
const library = await import('oidc-provider');
console.warn = warn;

export const Provider: typeof ProviderClass = library.Provider;
export const interactionPolicy: typeof InteractionPolicy = library.interactionPolicy;
export const errors: typeof Errors = library.errors;
