import type { JobTemplate, TemplateField } from '@juhub/job-template';
import type { TemplateBody, TemplateFieldBody } from '../shapes/template-shape.js';

/** Describes a template in English; its body is the administrators' own. Pure. */
export function describeTemplate(template: JobTemplate): TemplateBody {
  const { name, title, description, version, sites, fields } = template;
  return {
    name,
    title: title.en,
    description: description?.en ?? '',
    version,
    sites: sites === undefined ? null : [...sites],
    fields: fields.map(describeField),
  };
}

function describeField(field: TemplateField): TemplateFieldBody {
  return {
    name: field.name,
    type: field.type,
    label: field.label.en,
    help: field.help?.en ?? null,
    default: field.default ?? null,
    min: field.min ?? null,
    max: field.max ?? null,
    pattern: field.pattern ?? null,
    choices: field.choices?.map(({ value, label }) => ({ value, label: label.en })) ?? null,
    required: field.required,
  };
}
