export interface Command {
  readonly file: string;
  readonly built: boolean;
  readonly options?: readonly string[];
}

export declare const commands: Readonly<Record<string, Command>>;
