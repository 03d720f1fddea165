import type { User } from './user.ts';

export interface TenantRestricted {
  /** Lower-case GUIDs. `undefined`: for all people. */
  tenants?: ReadonlySet<string> | undefined;
}

/** T11: a person of another tenant does not see that a connection exists, and cannot use it. People of Web Chat and of
 * other channels have no tenant of Microsoft 365, so they see only connections for all people.
 * @param person `undefined` for an activity without an identity */
export function hideFromOtherTenants<T extends TenantRestricted>(
  connections: readonly T[],
  person: Pick<User, 'tenantId'> | undefined,
): readonly T[] {
  return connections.filter(({ tenants }) => tenants === undefined || tenants.has(person?.tenantId ?? ''));
}
