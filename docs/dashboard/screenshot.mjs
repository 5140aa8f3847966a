// Draws metrics of the operator `train` on the Flink dashboard of a running job, as a person would
// by hand, and takes a picture of them.
//   node screenshot.mjs [DASHBOARD] [PICTURE]
// CHROMIUM names the browser where it is not /usr/bin/chromium.
import puppeteer from "puppeteer-core";

const dashboard = process.argv[2] ?? "http://localhost:8081";
const picture = process.argv[3] ?? "metrics.png";
const metrics = [
  "loss", "prequentialLoss", "validLoss",
  "accuracy", "prequentialAccuracy", "validAccuracy",
  "tokensPerSecond", "stepTimeMicroseconds_p99", "gradientNorm",
];
const secondsToDraw = 90;

async function vertexOfTrain() {
  const { jobs } = await (await fetch(`${dashboard}/jobs`)).json();
  const job = jobs.find(({ status }) => status === "RUNNING");
  const { vertices } = await (await fetch(`${dashboard}/jobs/${job.id}`)).json();
  const vertex = vertices.find(({ name }) => name.startsWith("train"));
  return `${dashboard}/#/job/running/${job.id}/overview/${vertex.id}/metrics`;
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
  defaultViewport: { width: 1500, height: 940 },
});
try {
  const page = await browser.newPage();
  await page.goto(await vertexOfTrain(), { waitUntil: "networkidle2" });
  for (const metric of metrics) {
    await page.waitForSelector("nz-select");
    await page.click("nz-select");
    await page.type("nz-select input", `0.train.${metric}`);
    const option = `nz-option-item span[title="0.train.${metric}"]`;
    await page.waitForSelector(option);
    await page.click(option);
  }
  await new Promise((resolve) => setTimeout(resolve, secondsToDraw * 1000));
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
