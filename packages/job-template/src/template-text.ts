/** The languages that a template can speak to the people who fill in its form. */
export type TextLanguage = 'en' | 'de';

/** A text that people read. English is always there: the log, the command line and the REST API speak it. */
export interface TemplateText {
  readonly en: string;
  readonly de?: string | undefined;
}

/** The text for a reader of that language; English where the template has no other. */
export function pickText(text: TemplateText, language: TextLanguage): string {
  return text[language] ?? text.en;
}
