import { test } from '@playwright/test'
import { declareTests } from './measured-suite.ts'

declareTests(test, 1, async () => {})
