import { Module } from "@medusajs/framework/utils";
import LensModuleService from "./service";

export const LENS_MODULE = "lens";

export default Module(LENS_MODULE, { service: LensModuleService });
