/** Why something could not be looked at. */
export interface Unchecked {
  unchecked: string;
}
