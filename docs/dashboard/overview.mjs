// Takes a picture of a running job's graph on the Flink dashboard.
//   node overview.mjs [DASHBOARD] [PICTURE]
// CHROMIUM names the browser where it is not /usr/bin/chromium.
import puppeteer from "puppeteer-core";

const dashboard = process.argv[2] ?? "http://localhost:8081";
const picture = process.argv[3] ?? "dashboard.png";
const secondsToDraw = 8;

const { jobs } = await (await fetch(`${dashboard}/jobs`)).json();
const job = jobs.find(({ status }) => status === "RUNNING");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
  defaultViewport: { width: 1150, height: 1150, deviceScaleFactor: 1.3 },
});
try {
  const page = await browser.newPage();
  await page.goto(`${dashboard}/#/job/running/${job.id}/overview`, { waitUntil: "networkidle2" });
  await page.click(".anticon-menu-fold");
  await new Promise((resolve) => setTimeout(resolve, secondsToDraw * 1000));
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
