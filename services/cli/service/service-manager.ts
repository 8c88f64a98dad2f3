import type { ServiceDefinition } from './service-definition.ts';

/** What the service manager knows about a service. */
export interface ServiceState {
  readonly name: string;
  /** The file that defines it. */
  readonly file: string;
  readonly installed: boolean;
  readonly running: boolean;
  readonly pid: number | null;
  /** In the words of the service manager, such as `active (running)`. */
  readonly state: string;
  /** Of the last process, if that has ended. */
  readonly exit_code: number | null;
  /** When it starts by itself; null if it does not. */
  readonly starts_at: 'boot' | 'login' | null;
}

export const notInstalled = (name: string, file: string): ServiceState => ({
  name,
  file,
  installed: false,
  running: false,
  pid: null,
  state: 'not installed',
  exit_code: null,
  starts_at: null,
});

/** The service manager of the user, which needs no root. */
export interface ServiceManager {
  /** What it calls a service, such as `systemd user unit`. */
  readonly term: string;
  /** A command that makes services start at boot, without a login; undefined if there is none. */
  readonly startAtBoot: string | undefined;
  /** The content of the file that defines the service. */
  file(definition: ServiceDefinition): string;
  /** Throws {@link ServiceFailed} or a UsageError if it does not run services for this user. Writes nothing. */
  require(): Promise<void>;
  /** Writes the file, and starts the service now and in future. Throws {@link ServiceFailed} or a UsageError. */
  install(definition: ServiceDefinition): Promise<void>;
  isInstalled(name: string): boolean;
  state(name: string): Promise<ServiceState>;
  /** Shows the output, and returns when it ends. */
  logs(name: string, folder: string, options: LogOptions): Promise<void>;
  /** Stops the service and removes its file. */
  remove(name: string): Promise<void>;
}

export interface LogOptions {
  readonly lines: number;
  readonly follow: boolean;
}
