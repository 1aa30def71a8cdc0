/** What the questions use of @clack/prompts: loaded to ask, and nothing else of it. */
export {
  cancel,
  confirm,
  intro,
  isCancel,
  multiselect,
  note,
  outro,
  select,
  text,
  updateSettings,
} from '@clack/prompts';
