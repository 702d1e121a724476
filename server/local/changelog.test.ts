import { expect, test } from 'vitest';
import { sectionOf } from './changelog.ts';

const changelog = `# Changelog

## Unreleased

### Added
- What is to come.

## 1.10.0 - 2026-11-25

### Fixed
- What was wrong.

## 1.1.0 - 2026-11-24
`;

test("the notes of a release are its own section, and nobody else's", () => {
  expect(sectionOf(changelog, '1.10.0')).toBe('### Fixed\n- What was wrong.');
  expect(sectionOf(changelog, '1.1')).toBeUndefined();
});

test('a section that says nothing is none', () => expect(sectionOf(changelog, '1.1.0')).toBeUndefined());
