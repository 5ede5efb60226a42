/** Headers by their names in lower case. */
export interface HeaderFields {
  readonly 'content-type'?: string | undefined;
  readonly 'content-encoding'?: string | undefined;
  readonly 'retry-after'?: string | undefined;
  readonly date?: string | undefined;
  readonly location?: string | undefined;
  readonly [name: string]: string | string[] | undefined;
}
