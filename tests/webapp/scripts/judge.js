// Reads {pattern, starts} from the standard input and writes which of the starts, lists of bytes, the uploader takes.
import { readFileSync } from "node:fs";
import { isMedia } from "../../../webapp/widgets/uploader/check.js";

const { pattern, starts } = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(starts.map((start) => isMedia(new Uint8Array(start), pattern))));
