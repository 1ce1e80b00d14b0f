export { writeAtomically } from '@descent/files';
