// The part of `@github/copilot-sdk` that is called, by its structure: its own types do not appear in ours, and a fake fits without casts.

/** The module itself. */
export interface CopilotSdk {
  readonly CopilotClient: new (options: CopilotClientOptions) => CopilotClient;
}

/** What a client is made with. */
export interface CopilotClientOptions {
  /** The whole environment of the runtime. */
  readonly env: Record<string, string | undefined>;
  readonly logLevel: "error";
}

/** One runtime process, and the connection to it. */
export interface CopilotClient {
  start(): Promise<void>;
  createSession(config: SessionConfig): Promise<CopilotSession>;
  /** Removes what the runtime keeps of a session on disk. */
  deleteSession(sessionId: string): Promise<void>;
  ping(): Promise<unknown>;
  stop(): Promise<unknown>;
  forceStop(): Promise<void>;
}

/** What a session is made with. An absent field leaves the choice to the SDK. */
export interface SessionConfig {
  sessionId: string;
  model: string;
  streaming: boolean;
  onEvent: (event: SessionEvent) => void;
  availableTools?: string[];
  disabledMcpServers?: string[];
  enableFileHooks?: boolean;
  enableHostGitOperations?: boolean;
  enableSessionStore?: boolean;
  enableSkills?: boolean;
  infiniteSessions?: { enabled: boolean };
  onPermissionRequest?: (request: { readonly kind: string }) => Promise<SdkDecision>;
  /** Handed on as it is. */
  provider?: { readonly baseUrl: string };
  skipCustomInstructions?: boolean;
  systemMessage?: { mode: "append" | "replace"; content: string };
  workingDirectory?: string;
}

/** An answer to a request for permission, as the SDK takes it. */
export type SdkDecision = { readonly kind: "approve-once" } | { readonly kind: "reject"; readonly feedback?: string };

/** One conversation; ours have a single turn. */
export interface CopilotSession {
  /** Resolves when the runtime has taken the prompt; the turn goes on then. */
  send(options: { prompt: string }): Promise<unknown>;
  abort(): Promise<void>;
  disconnect(): Promise<void>;
  readonly rpc: {
    readonly options: {
      update(options: { shell: { initScripts: { path: string; shell: "bash" }[] } }): Promise<unknown>;
    };
  };
}

/** Something that happened in a session; `data` is read with care, as its shape is the runtime's. */
export interface SessionEvent {
  readonly type: string;
  /** Set for what a sub-agent does. */
  readonly agentId?: string | undefined;
  readonly data: unknown;
}

/** Loads the SDK, which takes its time: not before the first task. */
export async function loadCopilotSdk(): Promise<CopilotSdk> {
  return await import("@github/copilot-sdk");
}
