import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'bench/', '**/*.cjs', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Numbers in messages are readable as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `type` aliases carry unions and interfaces carry shapes; both are used on purpose.
      '@typescript-eslint/consistent-type-definitions': 'off',
      'import-x/no-cycle': 'error',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ObjectExpression > SpreadElement > ObjectExpression, ArrayExpression > SpreadElement > ArrayExpression)',
          message:
            'Write the elements themselves: a literal is not spread to please the formatter.',
        },
      ],
      // Loaded with the first call that needs them, for a short cold start; `import()` would load their other build.
      '@typescript-eslint/no-require-imports': [
        'error',
        {
          allow: [
            '^axios$',
            '^jose$',
            '^@azure/(identity|msal-node|service-bus|storage-blob)$',
            '/buildOpenApi$',
          ],
        },
      ],
      // A leading underscore says: left out on purpose.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
  {
    // Ports are interfaces of async methods; in-memory and recording versions need not await.
    files: ['tests/**', 'local/**', 'cli/**', 'infra/**'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['local/**', 'cli/**', 'infra/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['functions/**', 'shared/**', 'local/**', 'cli/**', 'infra/**'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
);
