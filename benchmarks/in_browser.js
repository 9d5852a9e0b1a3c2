// The networks of an analysis in a browser, for `python -m benchmarks in-browser`: reads cuts of faces, and times itself.
const SIDE_PX = 48;
const LUMA = [0.299, 0.587, 0.114];
const DARKEST_STD = 0.02; // as emoclassify/faces/prepare.py has them
const RUNS = 20;

function picture(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = address;
  });
}

// Grey, 48 x 48, mean 0 and deviation 1: what the expression network reads.
function prepared(image) {
  const canvas = new OffscreenCanvas(SIDE_PX, SIDE_PX);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, SIDE_PX, SIDE_PX);
  const { data } = context.getImageData(0, 0, SIDE_PX, SIDE_PX);
  const grey = Float32Array.from({ length: SIDE_PX ** 2 }, (_, i) =>
    LUMA.reduce((sum, weight, channel) => sum + (weight * data[4 * i + channel]) / 255, 0),
  );
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const deviation = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
  return grey.map((value) => (value - mean) / Math.max(deviation, DARKEST_STD));
}

function softmax(logits) {
  const most = Math.max(...logits);
  const powers = [...logits].map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

async function opened(name) {
  return window.ort.InferenceSession.create(`/${name}.onnx`, { executionProviders: ["wasm"] });
}

async function run(session, shape, values) {
  const tensor = new window.ort.Tensor("float32", values ?? new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  const answers = await session.run({ [session.inputNames[0]]: tensor });
  return answers[session.outputNames[0]].data;
}

async function timed(act) {
  await act();
  const began_ms = performance.now();
  for (let i = 0; i < RUNS; i++) await act();
  return (performance.now() - began_ms) / RUNS;
}

// Scores of each cut; milliseconds to open all networks, to find a face and to read one.
window.trial = async (addresses, { levels, n_sifted, n_confirmed }) => {
  window.ort.env.wasm.numThreads = 1;
  window.ort.env.wasm.wasmPaths = "/";
  const began_ms = performance.now();
  const [pnet, rnet, onet, expression] = await Promise.all(["pnet", "rnet", "onet", "expression"].map(opened));
  const open_ms = performance.now() - began_ms;
  const scores = [];
  let last = null;
  for (const address of addresses) {
    last = prepared(await picture(address));
    scores.push(softmax(await run(expression, [1, 1, SIDE_PX, SIDE_PX], last)));
  }
  const find_ms = await timed(async () => {
    for (const [height, width] of levels) await run(pnet, [1, 3, height, width]);
    await run(rnet, [n_sifted, 3, 24, 24]);
    await run(onet, [n_confirmed, 3, 48, 48]);
  });
  const read_ms = await timed(() => run(expression, [1, 1, SIDE_PX, SIDE_PX], last));
  return { scores, open_ms, find_ms, read_ms };
};
