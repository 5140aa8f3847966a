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
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const get = async (path) => (await fetch(dashboard + path)).json();

// The page asks only once which metrics there are, so it is opened when all of them are.
async function metricsOfTrain() {
  const { jobs } = await get("/jobs");
  const job = jobs.find(({ status }) => status === "RUNNING");
  const { vertices } = await get(`/jobs/${job.id}`);
  const vertex = vertices.find(({ name }) => name.startsWith("train"));
  for (;;) {
    const offered = await get(`/jobs/${job.id}/vertices/${vertex.id}/metrics`);
    const ids = offered.map(({ id }) => id);
    if (metrics.every((metric) => ids.includes(`0.train.${metric}`))) {
      return `${dashboard}/#/job/running/${job.id}/overview/${vertex.id}/metrics`;
    }
    await pause(1);
  }
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
  defaultViewport: { width: 1300, height: 1250 },
});
try {
  const page = await browser.newPage();
  await page.goto(await metricsOfTrain(), { waitUntil: "networkidle2" });
  for (const metric of metrics) {
    await page.waitForSelector("nz-select");
    await page.click("nz-select");
    await page.type("nz-select input", `0.train.${metric}`);
    const option = `nz-option-item span[title="0.train.${metric}"]`;
    await page.waitForSelector(option);
    await page.click(option);
  }
  // Room for the charts: the menu folded, the drawer over the graph and the list further down.
  await page.click(".anticon-menu-fold");
  await page.click("flink-job-overview-drawer .anticon-left");
  const handle = await (await page.$(".resize-handle.horizontal")).boundingBox();
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(handle.x + handle.width / 2, handle.y + 345, { steps: 5 });
  await page.mouse.up();
  await pause(secondsToDraw);
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
