import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', '**/*.test.tsx', 'server/test/**', 'client/src/test/**', 'client/browser/**'];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/generated/**',
      '**/*.cjs',
      '.tsbuild/**',
      '.local/**',
      '**/vitest.config.ts',
      'eslint.config.js',
      'prisma.config.ts',
      'client/vite.config.ts',
      'client/contract-sources.ts',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  // A file that has to be longer says why where it turns this off.
  { rules: { 'max-lines': ['error', 300] } },
  {
    rules: {
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowAny: false },
      ],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // winston's own types trip it
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-invalid-void-type': 'off', // `void` is what an endpoint without an answer answers
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }], // Express 5 and React await handlers
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: ['client/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  {
    // lib/session.ts knows who is signed in: that read is part of signing in.
    files: ['client/src/**/*.{ts,tsx}'],
    ignores: ['**/*.queries.ts', '**/*.test.{ts,tsx}', 'client/src/lib/session.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "Property[key.name='queryFn'], CallExpression[callee.name='callApi'][arguments.0.property.name=/^(list|get)/]",
          message: 'What is read is described in <subject>.queries.ts of this folder, and used here by useQuery().',
        },
      ],
    },
  },
  {
    files: ['server/src/**'],
    ignores: ['server/src/config.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Read config.ts instead.' }],
    },
  },
  {
    files: ['server/src/**'],
    ignores: ['**/*.test.ts', 'server/src/verify/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^.queryRaw/]',
          message: 'Read rows by readRows(), which parses each one; what only locks is $executeRaw.',
        },
        {
          selector: "CallExpression[callee.property.name='query'][typeArguments]",
          message: 'A type argument only claims what rows are like. Parse them: readRows().',
        },
        {
          selector:
            "TSAsExpression:matches([expression.name='rows'], [expression.property.name='rows'], [expression.object.name='rows'])",
          message: 'A cast only claims what rows are like. Parse them: readRows().',
        },
      ],
    },
  },
  // Bodies of answers are unknown until a test looks at them.
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['server/local/**'], rules: { 'no-console': 'off' } },
);
