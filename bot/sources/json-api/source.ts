import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { asObject, isCount, labelOf } from '../../platform/json.ts';
import { type Pointer, parsePointer } from '../../platform/json-pointer.ts';
import { clampPaging, itemOf, listIn, pageOfEntries, unread } from '../entries.ts';
import { type ErrorResponse, type JsonResponse, requestHeaders, requestJsonIfFound } from '../http.ts';
import { sanitizeText } from '../search-text.ts';
import {
  type Source,
  SourceError,
  type SourcePage,
  type SourceQuery,
  type SourceSession,
  sourceType,
  withSettingName,
} from '../source.ts';
import { parseBaseUrl } from '../urls.ts';
import { type BodyTemplate, readBodyTemplate } from './body-template.ts';
import { errorReader } from './errors.ts';
import { type Answer, checkPaging, entriesByCursor, windowOf } from './paging.ts';
import type { PlaceName, PlaceValues } from './places.ts';
import { type ItemReader, itemReader } from './response.ts';
import { type HttpSettings, httpSettings } from './settings.ts';
import { readSearchTemplate, type SearchTemplate } from './url-template.ts';
