// Reads pictures of faces with the expression models of npm packages, for `python -m benchmarks peers`.
// node peers.cjs FOLDER PEER: FOLDER holds node_modules; on stdin as many grey squares of 112 x 112 bytes as there are
// faces; on stdout a line of JSON for each: label -> score.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const SIDE_PX = 112;
const [folder, peer] = process.argv.slice(2);
const fromFolder = createRequire(path.join(path.resolve(folder), "any.js"));
const packages = path.join(path.resolve(folder), "node_modules", "@vladmandic");
// The order of the package's own source, src/gear/emotion.ts.
const HUMAN_LABELS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

async function readerOfFaceApi(tf) {
  const faceapi = fromFolder("@vladmandic/face-api/dist/face-api.node-wasm.js");
  await faceapi.nets.faceExpressionNet.loadFromDisk(path.join(packages, "face-api", "model"));
  return async (grey) => {
    const picture = tf.tile(tf.tensor3d(grey, [SIDE_PX, SIDE_PX, 1], "int32"), [1, 1, 3]);
    return { ...(await faceapi.nets.faceExpressionNet.predictExpressions(picture)) };
  };
}

async function readerOfHuman(tf) {
  const models = path.join(packages, "human", "models");
  const facts = JSON.parse(fs.readFileSync(path.join(models, "emotion.json"), "utf8"));
  const weightData = new Uint8Array(fs.readFileSync(path.join(models, "emotion.bin"))).buffer;
  const weightSpecs = facts.weightsManifest.flatMap((group) => group.weights);
  const load = async () => ({ modelTopology: facts.modelTopology, weightSpecs, weightData, format: facts.format });
  const model = await tf.loadGraphModel({ load });
  const side = model.inputs[0].shape[1];
  return async (grey) => {
    const picture = tf.div(tf.tensor4d(grey, [1, SIDE_PX, SIDE_PX, 1], "float32"), 255);
    const input = tf.mul(tf.sub(tf.image.resizeBilinear(picture, [side, side]), 0.5), 2);
    const scores = await model.execute(input).data();
    return Object.fromEntries(HUMAN_LABELS.map((label, column) => [label, scores[column]]));
  };
}

async function main() {
  const tf = fromFolder("@tensorflow/tfjs");
  const wasm = fromFolder("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(`${path.dirname(fromFolder.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  const read = await { "face-api": readerOfFaceApi, human: readerOfHuman }[peer](tf);
  const faces = fs.readFileSync(0);
  for (let start = 0; start < faces.length; start += SIDE_PX ** 2) {
    tf.engine().startScope();
    const scores = await read(new Uint8Array(faces.subarray(start, start + SIDE_PX ** 2)));
    tf.engine().endScope();
    process.stdout.write(`${JSON.stringify(scores)}\n`);
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
