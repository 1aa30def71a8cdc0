/** The part of @clack/prompts that the questions use; only loaded to ask. */
export {
  cancel,
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  note,
  outro,
  select,
  text,
  updateSettings,
} from '@clack/prompts';
