// What the Azure SDK and the command line need and npm ships as ES modules only: jest loads everything as CommonJS.
const ES_MODULES = [
  'commander',
  'p-map',
  'agent-base',
  'http-proxy-agent',
  'https-proxy-agent',
  'proxy-agent-negotiate',
];

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES.join('|')})/)`],
  // Many suites wait for real servers and queues more than they compute.
  maxWorkers: '100%',
  testTimeout: 60_000,
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
