import type { JobTemplate } from '@juhub/job-template';
import type { TemplateUseRow } from '../db/template-uses.js';
import type { TemplateVersionRow } from '../db/template-versions.js';
import type { Log } from '../log.js';
import { type CheckedSource, checkSource } from './check-source.js';
import { TemplateChanged, TemplateRefused, UnknownTemplate } from './template-errors.js';
import type { TemplateState, Templates } from './templates.js';

/** What an admin decides about a template, and on what he looked when he did. */
export interface Decision {
  readonly name: string;
  /** The admin; null at the command line. */
  readonly by: string | null;
  /** The number of the last line of the history that he has seen. */
  readonly seen: number;
  /** Why; one line of at most 200 characters is kept. */
  readonly note: string;
}

/** Where admins change which version of a template is in use. Whoever calls has seen to it that it is an admin. */
export class TemplateDesk {
  constructor(
    readonly templates: Templates,
    private readonly log: Log,
  ) {}

  /** @throws UnknownTemplate */
  find(name: string): TemplateState {
    const state = this.templates.find(name);
    if (state === undefined) {
      throw new UnknownTemplate(name);
    }
    return state;
  }

  /** A version of the history. @throws UnknownTemplate, TemplateError when it is too old for this juhub */
  async loadVersion(name: string, version: string): Promise<JobTemplate> {
    const template = await this.templates.history.load(name, version);
    if (template === undefined) {
      throw new UnknownTemplate(name, version);
    }
    return template;
  }

  /** A version of the history as it was written down. @throws UnknownTemplate */
  async getVersion(name: string, version: string): Promise<TemplateVersionRow> {
    const row = await this.templates.history.getVersion(name, version);
    if (row === undefined) {
      throw new UnknownTemplate(name, version);
    }
    return row;
  }

  /** Checks a text as the file of this template is checked, with the parts that the folder has now. @throws UnknownTemplate */
  async check(name: string, source: string): Promise<CheckedSource> {
    const { file, inUse } = this.find(name);
    const partials = new Map([...(inUse?.parts ?? []), ...this.templates.folder().parts]);
    return checkSource(source, { file: file?.file ?? this.templates.history.fileOf(name), partials });
  }

  /**
   * Puts a text in use, whatever the folder has.
   *
   * @throws TemplateRefused with what is wrong with it, TemplateChanged when another version is in use by now
   */
  async putInUse(decision: Decision & { source: string }): Promise<TemplateState> {
    this.#refuseStale(decision);
    const { template, isUsable, problems } = await this.check(decision.name, decision.source);
    if (template === undefined || !isUsable) {
      throw new TemplateRefused(decision.name, problems);
    }
    await this.templates.history.record(template, decision.by ?? undefined);
    return this.#decide(decision, { kind: 'chosen', version: template.version });
  }

  /** Puts a version of the history in use. @throws UnknownTemplate, TemplateChanged, TemplateError */
  async putVersionInUse(decision: Decision & { version: string }): Promise<TemplateState> {
    this.#refuseStale(decision);
    const { version } = await this.loadVersion(decision.name, decision.version);
    return this.#decide(decision, { kind: 'chosen', version });
  }

  /**
   * Goes back to the file, which is followed from then on; where there is none, the template is gone.
   *
   * @throws TemplateRefused when the file cannot be used, TemplateChanged
   */
  async followFile(decision: Decision): Promise<TemplateState> {
    this.#refuseStale(decision);
    const { file, use, problems } = this.find(decision.name);
    const { isListed, problems: ofFolder } = this.templates.folder();
    if (!isListed || (file !== undefined && file.template === undefined)) {
      throw new TemplateRefused(decision.name, isListed ? problems : ofFolder);
    }
    const version = file?.template?.version;
    return this.#decide(
      decision,
      version === undefined ? { kind: 'gone', version: use?.version ?? '' } : { kind: 'file', version },
    );
  }

  #refuseStale({ name, seen }: Decision): void {
    if ((this.find(name).use?.number ?? 0) !== seen) {
      throw new TemplateChanged(name);
    }
  }

  async #decide(
    { name, by, seen, note: given }: Decision,
    { kind, version }: Pick<TemplateUseRow, 'kind' | 'version'>,
  ): Promise<TemplateState> {
    const note = cleanNote(given);
    const isFirst = await this.templates.history.add({ name, number: seen + 1, version, kind, usedBy: by, note });
    await this.templates.settle();
    if (!isFirst) {
      throw new TemplateChanged(name);
    }
    this.log.info({ template: name, version, kind, admin: by, note }, 'an admin decided which template is in use');
    return this.find(name);
  }
}

const LONGEST_NOTE = 200;

/** One line, without what could play tricks on a terminal. */
function cleanNote(note: string): string {
  return note
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NOTE);
}
